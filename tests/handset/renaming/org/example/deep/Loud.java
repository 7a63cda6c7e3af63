package org.example.deep;

import java.util.function.IntSupplier;

/** Gets a method of an interface from outside by inheritance. */
public class Loud extends Base.Given implements IntSupplier {
    @Override
    public String name() {
        return "loud " + super.name();
    }

    public String quietly() {
        return new Object() {
            String whisper() {
                return NAME + " " + name().length();
            }
        }.whisper();
    }
}
