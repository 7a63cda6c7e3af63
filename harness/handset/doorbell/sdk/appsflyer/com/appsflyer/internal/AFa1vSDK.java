package com.appsflyer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks code from a ZIP in the resources into a class loader that nobody else sees. */
final class AFa1vSDK extends ClassLoader {
    private static Class<?> unpacked;

    private AFa1vSDK() {
        super(AFa1vSDK.class.getClassLoader());
    }

    /** The hidden class. The middle number is what every byte of it was XORed with; the others are chaff. */
    static synchronized Class<?> values(int chaff, char key, int moreChaff) {
        if (unpacked == null) {
            try (ZipInputStream zip = new ZipInputStream(resource())) {
                ZipEntry entry = zip.getNextEntry();
                if (entry == null) {
                    throw new IllegalStateException("no code in the resource");
                }
                byte[] code = zip.readAllBytes();
                for (int i = 0; i < code.length; i++) {
                    code[i] ^= (byte) key;
                }
                unpacked = new AFa1vSDK().defineClass(null, code, 0, code.length);
            } catch (IOException exc) {
                throw new IllegalStateException(exc);
            }
        }
        return unpacked;
    }

    private static InputStream resource() {
        return AFa1vSDK.class.getResourceAsStream("/com/appsflyer/internal/a-");
    }
}
