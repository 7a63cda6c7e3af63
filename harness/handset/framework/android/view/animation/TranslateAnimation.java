package android.view.animation;

/** Sliding. */
public class TranslateAnimation extends Animation {
    public TranslateAnimation(
            int fromXType, float fromX, int toXType, float toX, int fromYType, float fromY, int toYType, float toY) {}
}
