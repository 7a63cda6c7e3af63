package selftest.app;

/** Overrides, and calls what it overrides. */
public class Middle extends Base {
    protected String late = "set after super()";

    public Middle(String name) {
        super(name);
    }

    @Override
    public String describe() {
        return "middle(" + super.describe() + ", late " + late + ")";
    }

    @Override
    public Middle self() {
        super.self();
        return this;
    }

    @Override
    public String greet(String whom) {
        return Base.class.getSimpleName() + ": " + super.greet(whom);
    }
}
