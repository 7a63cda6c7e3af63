package com.appsflyer;

/** Options that have names of their own. */
public final class AppsFlyerProperties {
    /** How e-mail addresses are hidden. */
    public enum EmailsCryptType {
        NONE(0),
        SHA256(3);

        private final int value;

        EmailsCryptType(int value) {
            this.value = value;
        }

        public int getValue() {
            return value;
        }
    }

    private AppsFlyerProperties() {}
}
