package android.content.pm;

import android.os.Bundle;

/** Where an app lives and what it was built for. */
public class ApplicationInfo {
    public static final int FLAG_SYSTEM = 1;

    public String packageName;
    public String sourceDir; // path of base.apk
    public String publicSourceDir;
    public String dataDir;
    public int flags;
    public int uid;
    public int minSdkVersion;
    public int targetSdkVersion;
    public CharSequence label;
    public Bundle metaData; // null: the handset's manifest has none
}
