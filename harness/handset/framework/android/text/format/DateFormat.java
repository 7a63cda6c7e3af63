package android.text.format;

import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Locale;

/** Dates by a pattern. */
public class DateFormat {
    private DateFormat() {}

    public static CharSequence format(CharSequence pattern, Date date) {
        return new SimpleDateFormat(pattern.toString(), Locale.getDefault()).format(date);
    }
}
