package com.example.doorbell;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Who signed in. */
record Person(String fullName, String email, String phone) {
    String firstName() {
        int cut = fullName.lastIndexOf(' ');
        return cut < 0 ? fullName : fullName.substring(0, cut);
    }

    String lastName() {
        return fullName.substring(fullName.lastIndexOf(' ') + 1);
    }

    /** The account's id: "db-" and the first 12 hex digits of SHA-256("doorbell:" + e-mail in lower case). */
    String userId() {
        return "db-" + sha256("doorbell:" + email.toLowerCase(Locale.ROOT)).substring(0, 12);
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException exc) {
            throw new IllegalStateException(exc);
        }
    }
}
