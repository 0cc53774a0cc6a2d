/* tests/gi/test.vala - the library as a Vala program meets it. The sandbox stands beside the command. */

async Seedream.Job draw (string[] options) throws GLib.Error
{
  var program = Environment.get_variable ("SEEDREAM_SANDBOX_PROGRAM");
  string[] command = { program, "--until-eof", "--job-ms", "30" };
  foreach (unowned var option in options)
    command += option;
  var process = new Subprocess.newv (command, SubprocessFlags.STDIN_PIPE | SubprocessFlags.STDOUT_PIPE);
  var url = yield new DataInputStream (process.get_stdout_pipe ()).read_line_utf8_async ();
  var client = new Seedream.Client ("sandbox");
  client.set_base_url (url);
  var request = new Seedream.Request (Seedream.Operation.GENERATE, "hills at dusk");
  request.set_aspect ("16:9");
  var job = client.create_job (request);
  yield job.run_async (null);
  return job;
}

async string generate ()
{
  try {
    var job = yield draw ({});
    var image = job.get_image (0);
    var pixels = yield image.load_async (null);
    return "%u %s %d×%d".printf (job.get_n_images (), image.get_media_type (), pixels.get_extent ().width,
                                 image.get_height ());
  } catch (Error error) {
    return error.message;
  }
}

async string fail ()
{
  try {
    yield draw ({ "--fault", "refused" });
    return "nothing";
  } catch (Seedream.Error.REFUSED error) {
    return "refused";
  } catch (Error error) {
    return error.message;
  }
}

async string remember ()
{
  try {
    var folder = DirUtils.make_tmp ("seedream-vala-XXXXXX");
    var history = yield Seedream.History.open_async (folder, null);
    var jobs = yield history.list_async (null);
    yield new Subprocess (SubprocessFlags.NONE, "rm", "-r", folder).wait_check_async ();
    return "%u jobs".printf (jobs.length);
  } catch (Error error) {
    return error.message;
  }
}

void check (int number, string what, string is, string should)
{
  print ("%sok %d - %s\n", is == should ? "" : "not ", number, what);
  if (is != should)
    print ("# %s\n", is);
}

void main (string[] args)
{
  Gegl.init (ref args);
  var loop = new MainLoop ();
  print ("1..3\n");
  generate.begin ((_, generated) => {
    check (1, "a picture is generated", generate.end (generated), "1 image/png 2848×1600");
    fail.begin ((_, failed) => {
      check (2, "an error of ours is caught by its code", fail.end (failed), "refused");
      remember.begin ((_, remembered) => {
        check (3, "a history is opened in a worker", remember.end (remembered), "0 jobs");
        loop.quit ();
      });
    });
  });
  loop.run ();
}
