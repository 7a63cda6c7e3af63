package android.telephony;

import com.android.internal.handset.Daemon;

/** What the modem knows of the operator. */
public class TelephonyManager {
    /** Name of the network's operator. */
    public String getNetworkOperatorName() {
        return Daemon.text("getprop", "gsm.operator.alpha", "");
    }

    /** MCC and MNC of the network's operator. */
    public String getNetworkOperator() {
        return Daemon.text("getprop", "gsm.operator.numeric", "");
    }

    /** Name of the SIM card's operator. */
    public String getSimOperatorName() {
        return Daemon.text("getprop", "gsm.sim.operator.alpha", getNetworkOperatorName());
    }

    /** MCC and MNC of the SIM card's operator. */
    public String getSimOperator() {
        return Daemon.text("getprop", "gsm.sim.operator.numeric", getNetworkOperator());
    }
}
