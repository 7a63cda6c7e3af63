package android.view;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to hear of a window's views. Scrolling is not told. */
public final class ViewTreeObserver {
    /** Something has scrolled. */
    public interface OnScrollChangedListener {
        void onScrollChanged();
    }

    private final List<OnScrollChangedListener> listeners = new CopyOnWriteArrayList<>();

    public void addOnScrollChangedListener(OnScrollChangedListener listener) {
        listeners.add(listener);
    }

    public void removeOnScrollChangedListener(OnScrollChangedListener listener) {
        listeners.remove(listener);
    }
}
