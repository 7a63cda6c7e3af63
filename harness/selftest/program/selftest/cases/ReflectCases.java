package selftest.cases;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.TreeSet;
import selftest.app.Greeter;
import selftest.app.Reflected;
import selftest.app.Texts;

/** Hooked methods found and called by reflection. */
final class ReflectCases {
    private ReflectCases() {}

    static void addTo(Cases cases) {
        cases.add("reflect: Method.invoke", () -> {
            Object made = Reflected.class.getConstructor(String.class).newInstance("k\0");
            return Seen.text((String) Reflected.class.getMethod("told", String.class).invoke(made, "\ud800"));
        });
        cases.add("reflect: Method.invoke, often", ReflectCases::often);
        cases.add("reflect: private", () -> {
            Method hidden = Reflected.class.getDeclaredMethod("hidden", int.class);
            hidden.setAccessible(true);
            return hidden.invoke(new Reflected("x"), Integer.MAX_VALUE);
        });
        cases.add("reflect: varargs", () -> {
            return Reflected.class.getMethod("fixed", Object[].class).invoke(null, (Object) new Object[] {1, null});
        });
        cases.add("reflect: an exception, wrapped once", ReflectCases::failing);
        cases.add("reflect: MethodHandle", () -> {
            MethodType type = MethodType.methodType(String.class, String.class);
            MethodHandle virtual = MethodHandles.lookup().findVirtual(Reflected.class, "told", type);
            MethodHandle fixed = MethodHandles.lookup().findStatic(Texts.class, "echo", type);
            return Seen.text((String) virtual.invoke(new Reflected("k"), "\0")) + ", "
                + Seen.same("x\ud800", (String) fixed.invokeExact("x\ud800"));
        });
        cases.add("reflect: names", () -> declared(false));
        cases.add("reflect: a proxy of a hooked interface", ReflectCases::proxy);
    }

    /** Beyond fifteen calls HotSpot replaces the call through JNI by compiled code. */
    private static String often() throws Exception {
        Method told = Reflected.class.getMethod("told", String.class);
        Reflected made = new Reflected("k");
        int length = 0;
        for (int i = 0; i < 40; i++) {
            length += ((String) told.invoke(made, "\0" + i)).length();
        }
        return String.valueOf(length);
    }

    private static String failing() throws Exception {
        RuntimeException given = new IllegalStateException("given");
        try {
            Reflected.class.getMethod("failing", RuntimeException.class).invoke(new Reflected("x"), given);
            return "nothing thrown";
        } catch (InvocationTargetException wrapped) {
            return Seen.same(given, wrapped.getCause());
        }
    }

    /** What a hook cannot hide where a hooked method is made a native one. */
    static void addLimits(Cases cases) {
        cases.add("limit: modifiers of hooked methods", () -> declared(true));
    }

    private static String declared(boolean withModifiers) {
        TreeSet<String> found = new TreeSet<>();
        for (Method method : Reflected.class.getDeclaredMethods()) {
            int modifiers = withModifiers ? method.getModifiers() : method.getModifiers() & ~Modifier.NATIVE;
            found.add(Modifier.toString(modifiers) + " " + method.getName());
        }
        return String.join(", ", found);
    }

    private static String proxy() {
        Class<?>[] types = {Greeter.class};
        InvocationHandler answer = (self, method, given) -> method.getName() + " " + (given == null ? 0 : given.length);
        Greeter greeter = (Greeter) Proxy.newProxyInstance(Greeter.class.getClassLoader(), types, answer);
        return greeter.name() + ", " + greeter.greet("x");
    }
}
