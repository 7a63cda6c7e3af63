package com.appsflyer.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hidden encryptor: not in classes.jar, but XORed in a ZIP in its resources. What the real one does is unknown; this
 * one is described in the README so that an independent test can undo it: random IV (16 bytes), then
 * AES-128/CBC/PKCS#7 under the first 16 bytes of SHA-256 of the dev key.
 */
public final class AFh1zSDK {
    private AFh1zSDK() {}

    public static byte[] values(byte[] plain, String devKey) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(devKey.getBytes(StandardCharsets.UTF_8));
        byte[] iv = new byte[16];
        new SecureRandom().nextBytes(iv);
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(Arrays.copyOf(digest, 16), "AES"), new IvParameterSpec(iv));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(iv);
        out.writeBytes(cipher.doFinal(plain));
        return out.toByteArray();
    }
}
