// The executable's entry: hands the process's own surroundings to the command line.

using Atelier.Cli;

using var interruption = new Interruption();
return (int)await new CommandLine(Surroundings.OfProcess()).RunAsync(args, interruption.Token);
