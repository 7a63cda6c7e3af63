package android.view.animation;

/** A movement that the handset does not show: it is over at once, and nobody is told. */
public abstract class Animation {
    /** Told of an animation's beginning and end. */
    public interface AnimationListener {
        void onAnimationStart(Animation animation);

        void onAnimationEnd(Animation animation);

        void onAnimationRepeat(Animation animation);
    }

    public void setDuration(long ms) {}

    public void setInterpolator(Interpolator interpolator) {}

    public void setAnimationListener(AnimationListener listener) {}
}
