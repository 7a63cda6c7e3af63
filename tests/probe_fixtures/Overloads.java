/** One name, several methods: constructors that call each other, and a method with an inherited overload. */
public class Overloads {
    static class Base {
        String say(long number) {
            return "base " + number;
        }
    }

    static class Speaker extends Base {
        final String name;

        Speaker() {
            this("nobody");
        }

        Speaker(String name) {
            this.name = name;
        }

        String say() {
            return say("nothing", 0);
        }

        String say(String what, int times) {
            return what + times;
        }

        String say(byte[] bytes) {
            return "bytes";
        }
    }

    public static void main(String[] args) {
        Speaker speaker = new Speaker();
        speaker.say();
        speaker.say(new byte[] {1});
        speaker.say(7L);
        Out.line("done");
    }
}
