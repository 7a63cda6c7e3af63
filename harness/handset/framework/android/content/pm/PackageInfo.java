package android.content.pm;

/** What the system knows of one installed package. */
public class PackageInfo {
    public String packageName;
    public String versionName;
    public int versionCode;
    public long firstInstallTime; // Unix ms
    public long lastUpdateTime; // Unix ms
    public String[] requestedPermissions;
    public ApplicationInfo applicationInfo;
    public ActivityInfo[] activities;

    public long getLongVersionCode() {
        return versionCode;
    }
}
