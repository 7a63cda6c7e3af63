package com.appsflyer.internal;

import android.content.Context;
import android.hardware.Sensor;
import android.hardware.SensorEvent;
import android.hardware.SensorEventListener;
import android.hardware.SensorManager;
import android.os.SystemClock;
import com.example.doorbell.Pace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Samples accelerometer, magnetometer and gyroscope twice: the small differences tell one phone from another. */
final class AFa1qSDK {
    private static final Set<Integer> WANTED =
            Set.of(Sensor.TYPE_ACCELEROMETER, Sensor.TYPE_MAGNETIC_FIELD, Sensor.TYPE_GYROSCOPE);

    private final SensorManager manager;

    AFa1qSDK(Context context) {
        manager = (SensorManager) context.getSystemService(Context.SENSOR_SERVICE);
    }

    /** One row per sensor with its first and its last reading. Blocks for a moment: never on the main thread. */
    List<Map<String, Object>> read() {
        List<Listener> listeners = new ArrayList<>();
        for (Sensor sensor : manager.getSensorList(Sensor.TYPE_ALL)) {
            if (WANTED.contains(sensor.getType())) {
                Listener listener = new Listener(sensor);
                listeners.add(listener);
                manager.registerListener(listener, sensor, SensorManager.SENSOR_DELAY_NORMAL);
            }
        }
        SystemClock.sleep(Pace.APPSFLYER_SENSORS);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Listener listener : listeners) {
            manager.unregisterListener(listener);
            rows.add(listener.row());
        }
        return rows;
    }

    private static final class Listener implements SensorEventListener {
        private final Sensor sensor;
        private List<Float> first = List.of();
        private List<Float> last = List.of();

        Listener(Sensor sensor) {
            this.sensor = sensor;
        }

        @Override
        public synchronized void onSensorChanged(SensorEvent event) {
            List<Float> values = new ArrayList<>();
            for (float value : event.values) {
                values.add(value);
            }
            first = first.isEmpty() ? values : first;
            last = values;
        }

        @Override
        public void onAccuracyChanged(Sensor changed, int accuracy) {}

        synchronized Map<String, Object> row() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("sT", sensor.getType());
            row.put("sN", sensor.getName());
            row.put("sV", sensor.getVendor());
            row.put("sVS", first);
            row.put("sVE", last);
            return row;
        }
    }
}
