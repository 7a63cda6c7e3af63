package com.example.linked;

/** The screen's entries. */
public final class R {
    public static final class id {
        public static final int raw = 1;
        public static final int session = 2;
        public static final int identify = 3;
        public static final int event = 4;
        public static final int standard = 5;
        public static final int action = 6;
        public static final int logout = 7;
        public static final int stop = 8;
        public static final int said = 9;
    }
}
