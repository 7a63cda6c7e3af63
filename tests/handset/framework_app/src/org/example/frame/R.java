package org.example.frame;

public final class R {
    public static final class id {
        public static final int title = 1;
        public static final int next = 2;
        public static final int chain = 3;
        public static final int crash = 4;
        public static final int field = 5;
        public static final int secret = 6;
        public static final int agree = 7;
        public static final int scroll = 8;
        public static final int last = 9;
        public static final int second = 10;
        public static final int held = 11;
        public static final int off = 12;
    }
}
