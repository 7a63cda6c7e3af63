package android.view.animation;

/** The pace of an animation; nothing is animated here. */
public interface Interpolator {
    float getInterpolation(float input);
}
