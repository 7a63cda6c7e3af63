package android.view.animation;

/** Fading. */
public class AlphaAnimation extends Animation {
    public AlphaAnimation(float from, float to) {}
}
