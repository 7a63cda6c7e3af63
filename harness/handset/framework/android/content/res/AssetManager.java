package android.content.res;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of the package's {@code assets} folder. */
public final class AssetManager {
    private final String apk;

    public AssetManager(String apk) {
        this.apk = apk;
    }

    public InputStream open(String name) throws IOException {
        try (ZipFile zip = new ZipFile(apk)) {
            ZipEntry entry = zip.getEntry("assets/" + name);
            if (entry == null) {
                throw new FileNotFoundException(name);
            }
            return new ByteArrayInputStream(zip.getInputStream(entry).readAllBytes());
        }
    }
}
