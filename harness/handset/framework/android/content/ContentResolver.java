package android.content;

/** The key to the settings; has no content of its own here. */
public final class ContentResolver {}
