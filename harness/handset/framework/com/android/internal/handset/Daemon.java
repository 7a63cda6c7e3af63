package com.android.internal.handset;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The app's two connections to the handset's state daemon, both JSON lines over one unix socket: the window connection
 * (screens out, input in) and the client connection (questions and answers). What Binder is on a phone.
 */
public final class Daemon {
    private static Daemon instance;

    private final SocketChannel window;
    private final SocketChannel client;
    private final BufferedReader answers;

    private Daemon(SocketChannel window, SocketChannel client) {
        this.window = window;
        this.client = client;
        this.answers = reader(client);
    }

    /** Connects to the socket that the launcher named in the system property {@code handset.socket}. */
    public static synchronized Daemon get() {
        if (instance == null) {
            String path = System.getProperty("handset.socket", "/data/system/handset.sock");
            try {
                instance = new Daemon(connect(path), connect(path));
                instance.write(instance.client, Json.object("type", "client"));
            } catch (IOException exc) {
                throw new IllegalStateException("no state daemon at " + path, exc);
            }
        }
        return instance;
    }

    private static SocketChannel connect(String path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(path));
        return channel;
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** Sends one message on the window connection; a daemon that is gone ends the process, as a dead system server would. */
    public void send(Map<String, Object> message) {
        try {
            synchronized (window) {
                write(window, message);
            }
        } catch (IOException exc) {
            Runtime.getRuntime().halt(9);
        }
    }

    /** Reads the window connection until it ends; runs on a thread of its own. */
    public void listen(Consumer<Map<String, Object>> sink) {
        try (BufferedReader lines = reader(window)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                sink.accept(Json.parseObject(line));
            }
        } catch (IOException exc) {
            // The same as an end of the stream: nobody is there to be told.
        }
        Runtime.getRuntime().halt(9);
    }

    /** The daemon's answer to one question, or null when it does not know. */
    public synchronized Object query(String what, String key) {
        try {
            write(client, Json.object("type", "query", "what", what, "key", key));
            String line = answers.readLine();
            return line == null ? null : Json.parseObject(line).get("value");
        } catch (IOException exc) {
            return null;
        }
    }

    /** {@link #query} for answers that are text; {@code fallback} when there is none. */
    public static String text(String what, String key, String fallback) {
        Object value = get().query(what, key);
        return value == null || value.toString().isEmpty() ? fallback : value.toString();
    }

    private void write(SocketChannel channel, Map<String, Object> message) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((Json.write(message) + "\n").getBytes(StandardCharsets.US_ASCII));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }
}
