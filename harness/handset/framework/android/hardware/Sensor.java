package android.hardware;

/** One sensor of the device. */
public final class Sensor {
    public static final int TYPE_ACCELEROMETER = 1;
    public static final int TYPE_MAGNETIC_FIELD = 2;
    public static final int TYPE_GYROSCOPE = 4;
    public static final int TYPE_LIGHT = 5;
    public static final int TYPE_PROXIMITY = 8;
    public static final int TYPE_ALL = -1;

    private final int type;
    private final String name;
    private final String vendor;
    final float[] resting;

    Sensor(int type, String name, String vendor, float[] resting) {
        this.type = type;
        this.name = name;
        this.vendor = vendor;
        this.resting = resting;
    }

    public int getType() {
        return type;
    }

    public String getName() {
        return name;
    }

    public String getVendor() {
        return vendor;
    }
}
