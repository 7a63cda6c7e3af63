package com.appsflyer.internal;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/** Encrypts a message through the hidden class, by reflection. */
final class AFc1uSDK {
    private AFc1uSDK() {}

    static byte[] AFKeystoreWrapper(AFa1tSDK event, String devKey) throws ReflectiveOperationException {
        Class<?> hidden = AFa1vSDK.values(0, 'Z', 1);
        Method encrypt = hidden.getMethod("values", byte[].class, String.class);
        return (byte[]) encrypt.invoke(null, event.json().getBytes(StandardCharsets.UTF_8), devKey);
    }
}
