package com.example.doorbell;

/** Resource ids; the framework reads their names. */
public final class R {
    private R() {}

    /** Ids of views. */
    public static final class id {
        public static final int consent_title = 1;
        public static final int consent_text = 2;
        public static final int consent_accept = 3;
        public static final int consent_reject = 4;
        public static final int consent_later = 5;
        public static final int sign_in_title = 10;
        public static final int sign_in_name = 11;
        public static final int sign_in_email = 12;
        public static final int sign_in_phone = 13;
        public static final int sign_in_password = 14;
        public static final int sign_in_door_code = 15;
        public static final int sign_in_address = 16;
        public static final int sign_in_contact = 17;
        public static final int sign_in_error = 18;
        public static final int sign_in_submit = 19;
        public static final int dashboard_greeting = 20;
        public static final int dashboard_summary = 21;
        public static final int dashboard_serial = 22;
        public static final int camera_front = 23;
        public static final int camera_back = 24;
        public static final int camera_status = 25;
        public static final int dashboard_search = 26;
        public static final int dashboard_search_go = 27;
        public static final int dashboard_results = 28;
        public static final int device_label = 29;
        public static final int device_label_save = 30;
        public static final int device_label_shown = 31;
        public static final int neighbors_title = 40;
        public static final int neighbors_area = 41;
        public static final int neighbors_area_set = 42;
        public static final int neighbors_area_shown = 43;
        public static final int post_1 = 44;
        public static final int post_2 = 45;
        public static final int post_3 = 46;
        public static final int post_4 = 47;
        public static final int neighbors_comment = 48;
        public static final int neighbors_comment_post = 49;
        public static final int comment_shown = 50;
        public static final int settings_title = 60;
        public static final int settings_note = 61;
        public static final int settings_wifi = 62;
        public static final int settings_save = 63;
        public static final int settings_saved = 64;
        public static final int settings_about = 65;
        public static final int settings_share = 66;
        public static final int settings_share_state = 67;
        public static final int sign_out = 68;
        public static final int tab_dashboard = 80;
        public static final int tab_neighbors = 81;
        public static final int tab_settings = 82;

        private id() {}
    }
}
