package io.branch.referral;

/** Why a request brought nothing. */
public class BranchError {
    public static final int ERR_BRANCH_NO_CONNECTIVITY = -113;

    private final int errorCode;

    public BranchError(String message, int statusCode) {
        errorCode = statusCode;
    }

    public int getErrorCode() {
        return errorCode;
    }
}
