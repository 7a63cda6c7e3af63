package android.hardware;

import android.os.SystemClock;

/** One reading. */
public class SensorEvent {
    public final float[] values;
    public final Sensor sensor;
    public final long timestamp = SystemClock.elapsedRealtime() * 1_000_000; // ns, as on Android

    SensorEvent(Sensor sensor, float[] values) {
        this.sensor = sensor;
        this.values = values;
    }
}
