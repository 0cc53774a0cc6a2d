import gi
gi.require_version("Seedream", "1")
from gi.repository import GLib, Seedream

def on_drawn(job, result):
    loop.quit()
    job.run_finish(result)
    GLib.file_set_contents("hills.png", job.get_image(0).get_bytes().get_data())

loop = GLib.MainLoop()
client = Seedream.Client.new("sandbox")
request = Seedream.Request.new(Seedream.Operation.GENERATE, "Hills at dusk, oil paint")
request.set_aspect("16:9")
client.create_job(request).run_async(None, on_drawn)
loop.run()
