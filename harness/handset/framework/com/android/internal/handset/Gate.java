package com.android.internal.handset;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The entry point of a process that somebody wants to look at first: {@code Gate MAIN-CLASS ARGUMENTS}. It says that it
 * is there and waits for leave before any class of the app is touched. The state daemon gives leave when told, in the
 * end by itself; a daemon that is gone holds nobody.
 */
public final class Gate {
    private Gate() {}

    public static void main(String[] args) throws Throwable {
        await(System.getProperty("handset.socket", "/data/system/handset.sock"));
        try {
            Method main = Class.forName(args[0]).getMethod("main", String[].class);
            main.setAccessible(true); // its class need not be public for Java's own launcher either
            main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException exc) {
            throw exc.getCause();
        }
    }

    private static void await(String socket) {
        String packageName = System.getProperty("handset.package");
        String process = System.getProperty("handset.process", packageName);
        String hello = Json.write(Json.object("type", "hold", "package", packageName, "process", process)) + "\n";
        try (SocketChannel daemon = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            daemon.connect(UnixDomainSocketAddress.of(socket));
            daemon.write(ByteBuffer.wrap(hello.getBytes(StandardCharsets.US_ASCII)));
            daemon.read(ByteBuffer.allocate(1)); // whatever it says, and its end too, is leave to go
        } catch (IOException exc) {
            return;
        }
    }
}
