package com.google.android.gms.ads.identifier;

import android.content.Context;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives the advertising id. On a phone it asks Google's services; here it reads the file where they keep it, which the
 * virtual handset's one user may do.
 */
public class AdvertisingIdClient {
    private static final String NONE = "00000000-0000-0000-0000-000000000000";
    private static final String FILE = "com.google.android.gms/shared_prefs/adid_settings.xml";
    private static final Pattern ID = Pattern.compile("name=\"adid_key\">([^<]*)<");
    private static final Pattern LIMIT = Pattern.compile("name=\"limit_ad_tracking\" value=\"true\"");

    private AdvertisingIdClient() {}

    /** Reads the file anew each time: the id can be reset at any moment. */
    public static Info getAdvertisingIdInfo(Context context) throws IOException {
        File file = new File(context.getDataDir().getParentFile(), FILE);
        String text = file.isFile() ? Files.readString(file.toPath()) : "";
        Matcher id = ID.matcher(text);
        return new Info(id.find() ? id.group(1) : NONE, LIMIT.matcher(text).find());
    }

    /** The id and whether the user limits its use. */
    public static final class Info {
        private final String id;
        private final boolean limited;

        Info(String id, boolean limited) {
            this.id = id;
            this.limited = limited;
        }

        public String getId() {
            return id;
        }

        public boolean isLimitAdTrackingEnabled() {
            return limited;
        }
    }
}
