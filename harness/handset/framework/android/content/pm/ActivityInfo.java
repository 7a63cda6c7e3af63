package android.content.pm;

import android.os.Bundle;

/** One activity of a package. */
public class ActivityInfo {
    public String name;
    public String packageName;
    public Bundle metaData; // null: the handset's manifest has none
    public boolean exported;
}
