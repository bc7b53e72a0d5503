// The part of a reading that binds nouns to one another: what is on, in, beside, worn and held, and which words are places.
namespace Atelier.Providers.Sketch;

internal sealed partial class Reading
{
    private bool IsWorn(Term term) => s_worn.Any(s => lexicon.Of(term.Text,
        s) is not null || lexicon.Of(term.Noun!.Value.Symbol.Name.Replace('_', ' '), s) is not null);

    private void ReferTo(int known)
    {
        if (_relation is not null && known != _last)
            Tie(known, _subjects[known].Noun);
        if (_colours.Count > 0 && _subjects[known].Colours.Count == 0)
            _subjects[known] = _subjects[known] with { Colours = [.. _colours] };
        _last = known;
        _owner = known;
        Forget();
    }

    /// <summary>Binds a noun to the one before it, by the relation that stands between them.</summary>
    private void Tie(int noun, string text)
    {
        var relation = Fitting(_relation ?? _carried, noun, text);
        var anchor = _owner >= 0 && relation is Relation.Wearing or Relation.Holding ? _owner : _last;
        if (anchor < 0 || anchor == noun)
            relation = Relation.None;

        if (relation is Relation.Wearing or Relation.Holding or Relation.Beside)
            _subjects[noun] = _subjects[noun] with { Relation = relation, Anchor = anchor };
        else if (relation != Relation.None && !Leads(noun, anchor))
        {
            if (!Bears(noun, anchor, relation))
                relation = Relation.Beside;
            foreach (var index in _clause.Append(anchor).Distinct().Where(c =>
                c != noun && _subjects[c].Relation is Relation.None or Relation.Beside && !Leads(noun, c)).ToArray())
                _subjects[index] = _subjects[index] with { Relation = relation, Anchor = noun };
        }

        if (relation is Relation.Wearing or Relation.Holding)
            return;
        if (_relation is not null)
            _clause.Clear();
        _clause.Add(noun);
        _last = noun;
        _owner = relation is Relation.None or Relation.Beside ? noun : anchor;
        _carried = null;
    }

    /// <summary>Whether the one can carry or hold the other at all: no mouse carries an elephant, no cup a house.</summary>
    private bool Bears(int host, int guest, Relation relation)
    {
        double bearer = Cluster.Measure(_subjects[host]), load = Cluster.Measure(_subjects[guest]);
        return relation switch
        {
            Relation.Inside => load < bearer * 1.7,
            Relation.On or Relation.Riding => load < bearer * 2.4,
            Relation.Under => load < bearer * 1.7,
            _ => true,
        };
    }

    private bool Leads(int from, int to)
    {
        for (var i = from; i >= 0; i = _subjects[i].Relation == Relation.None ? -1 : _subjects[i].Anchor)
        {
            if (i == to)
                return true;
        }

        return false;
    }

    /// <summary>The relation as the noun allows it: one wears a hat but sits in a box, holds a cup but stands beside a house.</summary>
    private Relation Fitting(string? word, int noun, string text)
    {
        if (word is null)
            return Relation.None;
        var symbol = _subjects[noun].Symbol;
        var wearable = s_worn.Any(s => lexicon.Of(text, s) is not null || lexicon.Of(symbol.Name.Replace('_', ' '), s) is not null);
        if (wearable && word is "wearing" or "holding" && (_relationWord is "wearing" or "wears" or "with" or "in a" || word == "wearing"))
            return Relation.Wearing;
        return word switch
        {
            "wearing" => symbol.Metres > 0.7 || _relationWord == "in a" ? Relation.Inside : Relation.Holding,
            "holding" => symbol.Metres <= 1.1 && (symbol.Stands is Stand.Hand or Stand.Table or Stand.Wall || symbol.Metres < 0.5)
                ? Relation.Holding : Relation.Beside,
            "on" => Relation.On,
            "under" => Relation.Under,
            "front" => Relation.Front,
            "behind" => Relation.Behind,
            "inside" => Relation.Inside,
            "above" => Relation.Above,
            "riding" => Relation.Riding,
            _ => Relation.Beside,
        };
    }

    private void Relate(Meaning relation, string word)
    {
        _relation = relation.Key;
        _relationWord = word;
        if (relation.Key is "wearing" or "holding")
            _carried = relation.Key;
        else
            _carried = null;
        _colours.Clear();
        if (word.EndsWith(" a", StringComparison.Ordinal))
            _definite = false;
    }

    private void Clothes()
    {
        var owner = _owner >= 0 ? _owner : _last;
        if (owner >= 0 && _colours.Count > 0)
            _subjects[owner] = _subjects[owner] with { Clothes = _subjects[owner].Clothes ?? _colours[0] };
        Forget();
    }

    /// <summary>A part of the body: "with an owl on its head" puts the owl on its owner.</summary>
    private void Part()
    {
        if (_relation == "on" && _last >= 0 && _subjects[_last] is { Relation: Relation.Beside or Relation.Holding, Anchor: >= 0 } last)
            _subjects[_last] = last with { Relation = Relation.On };
        _colours.Clear();
        _relation = null;
    }

    private void Setting(Meaning setting)
    {
        if (setting.Key == "brick wall" && _setting is null or "brick wall")
            _palette.AddRange(_colours);
        _setting ??= setting.Key;
        _carried = null;
        Forget();
    }

    /// <summary>Whether a word that is both a thing and a place is meant as the place.</summary>
    private bool IsPlace(Meaning setting, Term term)
    {
        var always = setting.Text("place") == "always" || term.Noun!.Value.Symbol.Metres >= PlaceHeight || _setting == setting.Key;
        if (always && (_count is null or 1))
            return true;
        var led = _relation is "inside" or "on" or "above" or "beside" || s_leadingIn.Contains(_previous)
            || _relation == "front" && term.Noun!.Value.Symbol.Metres > 4;
        if (!led || _setting is not null || _count is not null || _colours.Count > 0 || _carried is not null)
            return false;
        return setting.Key != "table" || _last < 0 || _subjects[_last].Symbol.Metres < 0.45;
    }
}
