package android.content;

import android.net.Uri;
import android.os.Bundle;

/** A wish to start an activity, with extras, or a service (of which only the action travels to another process). */
public class Intent {
    public static final String ACTION_VIEW = "android.intent.action.VIEW";
    public static final String ACTION_MAIN = "android.intent.action.MAIN";
    public static final int FLAG_ACTIVITY_CLEAR_TASK = 0x8000;
    public static final int FLAG_ACTIVITY_CLEAR_TOP = 0x4000000;

    private String action;
    private final Class<?> component;
    private final Bundle extras = new Bundle();
    private Uri data;
    private String packageName;
    private int flags;

    public Intent(String action) {
        this.action = action;
        this.component = null;
    }

    public Intent(String action, Uri data) {
        this(action);
        this.data = data;
    }

    public Intent(Context context, Class<?> component) {
        this.action = null;
        this.component = component;
    }

    public String getAction() {
        return action;
    }

    public Intent setAction(String action) {
        this.action = action;
        return this;
    }

    public Uri getData() {
        return data;
    }

    public String getDataString() {
        return data == null ? null : data.toString();
    }

    public Intent setData(Uri value) {
        data = value;
        return this;
    }

    public String getPackage() {
        return packageName;
    }

    public Intent setPackage(String name) {
        packageName = name;
        return this;
    }

    /** Nothing here resolves intents by category. */
    public Intent addCategory(String category) {
        return this;
    }

    /** The activity or service class meant, or null. */
    public Class<?> getTarget() {
        return component;
    }

    public Intent addFlags(int more) {
        flags |= more;
        return this;
    }

    public int getFlags() {
        return flags;
    }

    public Intent putExtra(String name, String value) {
        extras.putString(name, value);
        return this;
    }

    public Intent putExtra(String name, boolean value) {
        extras.putBoolean(name, value);
        return this;
    }

    public boolean getBooleanExtra(String name, boolean fallback) {
        return extras.getBoolean(name, fallback);
    }

    public boolean hasExtra(String name) {
        return extras.containsKey(name);
    }

    public void removeExtra(String name) {
        extras.remove(name);
    }

    public String getStringExtra(String name) {
        return extras.getString(name);
    }

    public Bundle getExtras() {
        return extras;
    }
}
