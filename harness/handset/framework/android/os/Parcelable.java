package android.os;

/** What can be taken apart into a parcel, and put together again by its {@code CREATOR}. */
public interface Parcelable {
    int describeContents();

    void writeToParcel(Parcel parcel, int flags);

    /** Makes instances from parcels. */
    interface Creator<T> {
        T createFromParcel(Parcel source);

        T[] newArray(int size);
    }
}
