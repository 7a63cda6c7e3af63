package com.mixpanel.android.util;

import java.nio.charset.StandardCharsets;

/** The SDK's own Base64: a hook on android.util.Base64 never sees Mixpanel's payloads. */
public class Base64Coder {
    private static final char[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray();

    private Base64Coder() {}

    /** Base64 of the text's UTF-8 bytes. */
    public static String encodeString(String text) {
        return new String(encode(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static char[] encode(byte[] input) {
        char[] output = new char[(input.length + 2) / 3 * 4];
        int at = 0;
        for (int i = 0; i < input.length; i += 3) {
            int left = input.length - i;
            int bits = (input[i] & 0xff) << 16;
            bits |= left > 1 ? (input[i + 1] & 0xff) << 8 : 0;
            bits |= left > 2 ? input[i + 2] & 0xff : 0;
            output[at++] = ALPHABET[bits >> 18 & 63];
            output[at++] = ALPHABET[bits >> 12 & 63];
            output[at++] = left > 1 ? ALPHABET[bits >> 6 & 63] : '=';
            output[at++] = left > 2 ? ALPHABET[bits & 63] : '=';
        }
        return output;
    }
}
