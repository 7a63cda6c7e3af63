package android.os;

import com.android.internal.handset.Daemon;
import java.util.Map;

/** Charge and charging state, as {@code dumpsys battery} has them. */
public class BatteryManager {
    public static final int BATTERY_PROPERTY_CAPACITY = 4;

    /** Percent for BATTERY_PROPERTY_CAPACITY; 0 for anything else. */
    public int getIntProperty(int id) {
        boolean known = id == BATTERY_PROPERTY_CAPACITY && state().get("level") instanceof Number;
        return known ? ((Number) state().get("level")).intValue() : 0;
    }

    public boolean isCharging() {
        return "charging".equals(state().get("status"));
    }

    private static Map<?, ?> state() {
        return Daemon.get().query("battery", "") instanceof Map<?, ?> map ? map : Map.of();
    }
}
