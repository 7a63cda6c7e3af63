package android.webkit;

import android.content.Context;
import android.widget.FrameLayout;

/** An empty frame: the handset has no browser, so nothing is loaded and nobody is told. */
public class WebView extends FrameLayout {
    public WebView(Context context) {
        super(context);
    }

    public void setWebViewClient(WebViewClient client) {}

    public void loadUrl(String url) {}

    public void loadDataWithBaseURL(String base, String content, String type, String encoding, String history) {}
}
