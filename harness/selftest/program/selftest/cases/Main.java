package selftest.cases;

import java.util.Arrays;

/**
 * Writes what an app sees of its own calls, one line a case, into the file named first. Run once as it is and once
 * hooked, the lines must be the same. All of selftest.app is hooked, nothing of selftest.cases.
 */
public final class Main {
    private Main() {}

    /** `file [case to leave out]...`. Java 8 throughout, so that it can be made into DEX as well. */
    public static void main(String[] args) throws Exception {
        Cases cases = new Cases(args[0], Arrays.asList(args).subList(1, args.length));
        StartCases.addTo(cases);
        TextCases.addTo(cases);
        OverloadCases.addTo(cases);
        CallCases.addTo(cases);
        NumberCases.addTo(cases);
        ArrayCases.addTo(cases);
        ThrowCases.addTo(cases);
        ContainerCases.addTo(cases);
        ReflectCases.addTo(cases);
        ThreadCases.addTo(cases);
        ThrowCases.addLimits(cases);
        ArrayCases.addLimits(cases);
        ReflectCases.addLimits(cases);
        LifeCases.addTo(cases);
        StartCases.addEnd(cases);
        ThreadCases.addDepth(cases);
        cases.write("end");
    }
}
