package android.net;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address, as text and by its parts. */
public final class Uri {
    private static final Pattern PARTS = Pattern.compile("(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?");

    public static final Uri EMPTY = new Uri("");

    private final String text;
    private final Matcher parts;

    private Uri(String text) {
        this.text = text;
        parts = PARTS.matcher(text);
        parts.matches();
    }

    public static Uri parse(String text) {
        return new Uri(text);
    }

    public String getScheme() {
        return parts.group(1);
    }

    public String getAuthority() {
        return parts.group(2);
    }

    public String getHost() {
        String authority = getAuthority();
        return authority == null ? null : authority.replaceAll("^.*@|:\\d*$", "");
    }

    public String getPath() {
        return isHierarchical() ? decoded(parts.group(3)) : null;
    }

    public String getQuery() {
        return parts.group(4) == null ? null : decoded(parts.group(4));
    }

    public String getFragment() {
        return parts.group(5);
    }

    /** {@code mailto:a@b.c} is not. */
    public boolean isHierarchical() {
        return getScheme() == null || parts.group(2) != null || parts.group(3).startsWith("/");
    }

    public Set<String> getQueryParameterNames() {
        Set<String> names = new LinkedHashSet<>();
        for (String pair : pairs()) {
            names.add(decoded(pair.substring(0, (pair + "=").indexOf('='))));
        }
        return Collections.unmodifiableSet(names);
    }

    public String getQueryParameter(String name) {
        for (String pair : pairs()) {
            int end = (pair + "=").indexOf('=');
            if (decoded(pair.substring(0, end)).equals(name)) {
                return end == pair.length() ? "" : decoded(pair.substring(end + 1));
            }
        }
        return null;
    }

    private String[] pairs() {
        String query = parts.group(4);
        return query == null || query.isEmpty() ? new String[0] : query.split("&");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    public Builder buildUpon() {
        return new Builder(getScheme(), getAuthority(), parts.group(3), parts.group(4));
    }

    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Uri uri && uri.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Puts an address together. */
    public static final class Builder {
        private String scheme;
        private String authority;
        private String path;
        private String query;

        public Builder() {}

        private Builder(String scheme, String authority, String path, String query) {
            this.scheme = scheme;
            this.authority = authority;
            this.path = path;
            this.query = query;
        }

        public Builder scheme(String value) {
            scheme = value;
            return this;
        }

        public Builder authority(String value) {
            authority = value;
            return this;
        }

        public Builder path(String value) {
            path = value;
            return this;
        }

        public Builder appendQueryParameter(String name, String value) {
            String pair = encoded(name) + "=" + encoded(value);
            query = query == null || query.isEmpty() ? pair : query + "&" + pair;
            return this;
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }

        public Uri build() {
            String before = (scheme == null ? "" : scheme + ":") + (authority == null ? "" : "//" + authority);
            return new Uri(before + (path == null ? "" : path) + (query == null ? "" : "?" + query));
        }

        @Override
        public String toString() {
            return build().toString();
        }
    }
}
