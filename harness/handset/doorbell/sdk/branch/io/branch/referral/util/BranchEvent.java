package io.branch.referral.util;

import android.content.Context;
import io.branch.referral.Branch;
import java.util.Set;
import org.json.JSONException;
import org.json.JSONObject;

/** One event with what the app adds to it. */
public class BranchEvent {
    private static final Set<String> STANDARD = Set.of("ADD_TO_CART", "PURCHASE", "LOGIN", "SEARCH", "VIEW_ITEM", "SHARE");

    private final String eventName;
    private final JSONObject topLevel = new JSONObject();
    private final JSONObject standard = new JSONObject();
    private final JSONObject custom = new JSONObject();

    public BranchEvent(String eventName) {
        this.eventName = eventName;
    }

    public BranchEvent addCustomDataProperty(String name, String value) {
        return put(custom, name, value);
    }

    public BranchEvent setCustomerEventAlias(String alias) {
        return put(topLevel, "customer_event_alias", alias);
    }

    public BranchEvent setDescription(String description) {
        return put(standard, "description", description);
    }

    public BranchEvent setRevenue(double revenue) {
        return put(standard, "revenue", revenue);
    }

    /** False when tracking is off. */
    public boolean logEvent(Context context) {
        boolean isStandard = STANDARD.contains(eventName);
        put(topLevel, "name", eventName);
        if (custom.length() > 0) {
            put(topLevel, "custom_data", custom);
        }
        if (standard.length() > 0) {
            put(topLevel, "event_data", standard);
        }
        return Branch.getInstance().sendEvent(isStandard ? "v2/event/standard" : "v2/event/custom", topLevel);
    }

    private BranchEvent put(JSONObject where, String name, Object value) {
        try {
            where.put(name, value);
            return this;
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }
}
