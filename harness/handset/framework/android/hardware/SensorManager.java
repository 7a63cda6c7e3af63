package android.hardware;

import android.os.Handler;
import android.os.Looper;
import com.android.internal.handset.Daemon;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The device's sensors; a listener gets a first reading at once and then one per period, with a little noise. */
public class SensorManager {
    public static final int SENSOR_DELAY_NORMAL = 3;
    private static final long PERIOD_MS = 200;

    private final Handler handler = new Handler(Looper.getMainLooper());
    private final Set<SensorEventListener> listeners = ConcurrentHashMap.newKeySet();
    private final Random noise = new Random();
    private List<Sensor> sensors;

    /** All sensors of a type, or every one for TYPE_ALL. */
    public synchronized List<Sensor> getSensorList(int type) {
        if (sensors == null) {
            sensors = read();
        }
        List<Sensor> found = new ArrayList<>(sensors);
        found.removeIf(sensor -> type != Sensor.TYPE_ALL && sensor.getType() != type);
        return found;
    }

    public Sensor getDefaultSensor(int type) {
        List<Sensor> found = getSensorList(type);
        return found.isEmpty() ? null : found.get(0);
    }

    public boolean registerListener(SensorEventListener listener, Sensor sensor, int samplingPeriod) {
        listeners.add(listener);
        handler.post(() -> deliver(listener, sensor));
        return true;
    }

    public void unregisterListener(SensorEventListener listener) {
        listeners.remove(listener);
    }

    private void deliver(SensorEventListener listener, Sensor sensor) {
        if (!listeners.contains(listener)) {
            return;
        }
        float[] values = sensor.resting.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (noise.nextGaussian() * 0.01);
        }
        listener.onSensorChanged(new SensorEvent(sensor, values));
        handler.postDelayed(() -> deliver(listener, sensor), PERIOD_MS);
    }

    private static List<Sensor> read() {
        List<Sensor> found = new ArrayList<>();
        if (Daemon.get().query("sensors", "") instanceof List<?> rows) {
            for (Object row : rows) {
                found.add(sensor((Map<?, ?>) row));
            }
        }
        return found;
    }

    private static Sensor sensor(Map<?, ?> row) {
        List<?> values = row.get("values") instanceof List<?> list ? list : List.of(0L, 0L, 0L);
        float[] resting = new float[values.size()];
        for (int i = 0; i < resting.length; i++) {
            resting[i] = ((Number) values.get(i)).floatValue();
        }
        int type = ((Number) row.get("type")).intValue();
        return new Sensor(type, String.valueOf(row.get("name")), String.valueOf(row.get("vendor")), resting);
    }
}
