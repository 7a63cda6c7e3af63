package org.example.deep;

/** Found by its name alone. */
public class Hidden extends Base {
    public Hidden() {}

    @Override
    public String name() {
        return "hidden";
    }
}
