package android.webkit;

/** Told what a web view loads, which on the handset is nothing. */
public class WebViewClient {
    public boolean shouldOverrideUrlLoading(WebView view, String url) {
        return false;
    }

    public void onPageFinished(WebView view, String url) {}

    public void onReceivedError(WebView view, int code, String description, String url) {}
}
