package com.android.internal.handset;

/**
 * Native processes of the app, which its manifest declares as {@code helpers}. What an app on a phone does with {@code
 * ProcessBuilder}; here the state daemon starts them, so that they are held and told of like other new processes.
 */
public final class NativeHelper {
    private NativeHelper() {}

    /** Starts the helper {@code :name} and has it send a text to its host. Nobody hears of the answer. */
    public static void start(String name, String input) {
        Daemon.get().send(Json.object("type", "helper", "name", name, "input", input));
    }
}
