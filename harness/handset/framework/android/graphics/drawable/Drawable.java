package android.graphics.drawable;

/** A picture; the handset draws none. */
public abstract class Drawable {}
