package com.android.internal.handset;

import android.content.pm.ActivityInfo;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An installed package's handset.json and where it lies, as the state daemon tells it. */
public final class Manifest {
    private final Map<?, ?> facts;

    private Manifest(Map<?, ?> facts) {
        this.facts = facts;
    }

    /** The manifest of an installed package, or null. */
    public static Manifest of(String packageName) {
        return Daemon.get().query("package", packageName) instanceof Map<?, ?> map ? new Manifest(map) : null;
    }

    /** Class name of the application object, or null for none of its own. */
    public String application() {
        Object name = facts.get("application");
        return name == null ? null : className(name.toString());
    }

    /** Class name of the launcher activity, or null. */
    public String launcher() {
        for (Object row : list("activities")) {
            Map<?, ?> activity = (Map<?, ?>) row;
            if (Boolean.TRUE.equals(activity.get("launcher"))) {
                return className(activity.get("name").toString());
            }
        }
        return null;
    }

    /** Folder of the app's private data. */
    public String dataDir() {
        return text("data_dir", "/data/data/" + text("package", ""));
    }

    /** Folder of base.apk. */
    public String path() {
        return text("path", "");
    }

    public boolean asksFor(String permission) {
        return list("permissions").contains(permission);
    }

    public PackageInfo packageInfo() {
        PackageInfo info = new PackageInfo();
        info.packageName = text("package", "");
        info.versionName = text("version_name", "1.0");
        info.versionCode = (int) number("version_code");
        info.firstInstallTime = number("first_install_time");
        info.lastUpdateTime = number("last_update_time");
        List<String> permissions = new ArrayList<>();
        list("permissions").forEach(name -> permissions.add(name.toString()));
        info.requestedPermissions = permissions.toArray(new String[0]);
        info.applicationInfo = applicationInfo();
        info.activities = activities();
        return info;
    }

    public ApplicationInfo applicationInfo() {
        ApplicationInfo info = new ApplicationInfo();
        info.packageName = text("package", "");
        info.sourceDir = path() + "/base.apk";
        info.publicSourceDir = info.sourceDir;
        info.dataDir = dataDir();
        info.minSdkVersion = (int) number("min_sdk");
        info.targetSdkVersion = (int) number("target_sdk");
        info.uid = (int) number("uid");
        info.label = text("label", info.packageName);
        return info;
    }

    private ActivityInfo[] activities() {
        List<ActivityInfo> found = new ArrayList<>();
        for (Object row : list("activities")) {
            Map<?, ?> activity = (Map<?, ?>) row;
            ActivityInfo info = new ActivityInfo();
            info.packageName = text("package", "");
            info.name = className(activity.get("name").toString());
            info.exported = Boolean.TRUE.equals(activity.get("exported"));
            found.add(info);
        }
        return found.toArray(new ActivityInfo[0]);
    }

    private String className(String name) {
        return name.startsWith(".") ? text("package", "") + name : name;
    }

    private List<?> list(String key) {
        return facts.get(key) instanceof List<?> rows ? rows : List.of();
    }

    private String text(String key, String fallback) {
        return facts.get(key) == null ? fallback : facts.get(key).toString();
    }

    private long number(String key) {
        return facts.get(key) instanceof Number value ? value.longValue() : 0;
    }
}
