package android.content.pm;

/** Who would answer an intent. */
public class ResolveInfo {
    public ActivityInfo activityInfo;
}
