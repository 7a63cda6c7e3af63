package selftest.app;

/** Overrides again. */
public final class Leaf extends Middle implements Comparable<Leaf> {
    public Leaf(String name) {
        super(name);
    }

    @Override
    public String describe() {
        return "leaf(" + super.describe() + ")";
    }

    @Override
    public Leaf self() {
        super.self();
        return this;
    }

    @Override
    public int compareTo(Leaf other) {
        return name.compareTo(other.name);
    }
}
