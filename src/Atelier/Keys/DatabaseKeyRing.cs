// The keys of ASP.NET Core's data protection in the database, sealed: every machine that shares it reads what another one protected.
using System.Xml.Linq;
using Atelier.Durable;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace Atelier.Keys;

/// <summary>The table of protection keys. The framework asks for it rarely, and without waiting asynchronously.</summary>
public sealed partial class DatabaseKeyRing(Database database, SecretBox box, TimeProvider time, ILogger<DatabaseKeyRing> log) : IXmlRepository
{
    private const string Purpose = "data protection";

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var rows = Task.Run(() => database.AskAsync(session => session.QueryAsync<string>("SELECT sealed FROM protection_keys ORDER BY created_at"))).GetAwaiter().GetResult();
        var opened = rows.Select(row => box.Open(row, Purpose)).OfType<string>().Select(XElement.Parse).ToList();
        if (opened.Count < rows.Count)
            LogForeign(rows.Count - opened.Count);
        return opened;
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var row = new { friendlyName, text = box.Seal(element.ToString(SaveOptions.DisableFormatting), Purpose), at = time.GetUtcNow().ToUnixTimeMilliseconds() };
        Task.Run(() => database.TransactAsync(transaction => transaction.ExecuteAsync(
            "INSERT INTO protection_keys (name, sealed, created_at) VALUES (@friendlyName, @text, @at)", row))).GetAwaiter().GetResult();
    }

    [LoggerMessage(1021, LogLevel.Warning, "{Count} protection keys were sealed under another secrets.key: forms and links made with them are refused")]
    private partial void LogForeign(int count);
}
