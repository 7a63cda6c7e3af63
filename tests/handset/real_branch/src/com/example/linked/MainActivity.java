package com.example.linked;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.LinearLayout;
import android.widget.TextView;
import io.branch.referral.Branch;
import io.branch.referral.network.BranchRemoteInterface;
import io.branch.referral.util.BRANCH_STANDARD_EVENT;
import io.branch.referral.util.BranchEvent;
import java.lang.reflect.Constructor;
import org.json.JSONObject;

/** One button for each thing that an app asks of the SDK; the line below them says what came of it. */
public final class MainActivity extends Activity {
    private LinearLayout column;
    private TextView said;

    private interface Step {
        String run() throws Exception;
    }

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        column = new LinearLayout(this);
        column.setOrientation(LinearLayout.VERTICAL);
        button(R.id.raw, "Raw", () -> {
            new Thread(this::raw).start();
            return "sent";
        });
        button(R.id.session, "Session", () -> {
            Branch.getInstance().initSession((parameters, error) -> tell("session " + parameters + " " + error), this);
            return "asked";
        });
        button(R.id.identify, "Identify", () -> {
            Branch.getInstance().setIdentity("linked-user-42");
            return "identified";
        });
        button(R.id.event, "Event", () -> String.valueOf(new BranchEvent("DOOR_NAMED")
                .addCustomDataProperty("label", "Back door").setDescription("a door").logEvent(this)));
        button(R.id.standard, "Standard", () -> String.valueOf(
                new BranchEvent(BRANCH_STANDARD_EVENT.PURCHASE).setRevenue(1.5).setTransactionID("t-7").logEvent(this)));
        button(R.id.action, "Action", () -> {
            Branch.getInstance().userCompletedAction("door_opened", new JSONObject().put("times", 3));
            return "done";
        });
        button(R.id.logout, "Log out", () -> {
            Branch.getInstance().logout();
            return "logged out";
        });
        button(R.id.stop, "Stop", () -> {
            Branch.getInstance().disableTracking(true);
            return "stopped";
        });
        said = new TextView(this);
        said.setId(R.id.said);
        said.setText("nothing yet");
        column.addView(said);
        setContentView(column);
    }

    private void button(int id, String label, Step step) {
        Button button = new Button(this);
        button.setId(id);
        button.setText(label);
        button.setOnClickListener(view -> {
            try {
                tell(label + ": " + step.run());
            } catch (Exception | LinkageError exc) {
                Log.e("Linked", label, exc);
                tell(label + ": " + exc);
            }
        });
        column.addView(button);
    }

    /** The SDK's own transport, with a body of ours; its class is not public. */
    private void raw() {
        try {
            Constructor<?> made = Class.forName("io.branch.referral.network.BranchRemoteInterfaceUrlConnection")
                    .getDeclaredConstructor(android.content.Context.class);
            made.setAccessible(true);
            BranchRemoteInterface remote = (BranchRemoteInterface) made.newInstance(this);
            JSONObject body = new JSONObject().put("hardware_id", "raw-hardware").put("text", "\u00fc \ud83d\ude00 \"quoted\"");
            remote.make_restful_post(body, "https://api2.branch.io/v1/open", "v1/open", LinkedApplication.KEY);
            tell("raw: answered");
        } catch (ReflectiveOperationException | org.json.JSONException | LinkageError exc) {
            Log.e("Linked", "raw", exc);
            tell("raw: " + exc);
        }
    }

    private void tell(String what) {
        Log.i("Linked", what);
        new android.os.Handler(android.os.Looper.getMainLooper()).post(() -> said.setText(what));
    }
}
