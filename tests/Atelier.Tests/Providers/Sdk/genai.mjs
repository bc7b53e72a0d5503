// The stories of Google's client.
export default ({ load, look, doubles, key }) => {
  const { GoogleGenAI } = load("@google/genai");
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: `${doubles}/gemini` } });
  const config = { responseModalities: ["TEXT", "IMAGE"], imageConfig: { aspectRatio: "16:9", imageSize: "2K" }, seed: 7 };
  const request = { model: "gemini-3-pro-image", contents: "a cat", config };
  const tell = answer => {
    const [candidate] = answer.candidates ?? [];
    const images = (candidate?.content?.parts ?? []).filter(part => part.inlineData && !part.thought);
    return {
      pictures: images.map(part => look(Buffer.from(part.inlineData.data, "base64"))),
      text: candidate ? answer.text : null,
      finishReason: candidate?.finishReason,
      blockReason: answer.promptFeedback?.blockReason,
      tokens: answer.usageMetadata?.candidatesTokenCount,
    };
  };

  return {
    paints: async () => tell(await client.models.generateContent(request)),
    paintsPlainly: async () => tell(await client.models.generateContent({ model: request.model, contents: "a cat" })),
    async edits() {
      const [picture] = (await client.models.generateContent(request)).candidates[0].content.parts.filter(part => part.inlineData && !part.thought);
      return tell(await client.models.generateContent({ ...request, contents: [{ text: "a dog" }, { inlineData: picture.inlineData }] }));
    },
    async streams() {
      const chunks = [];
      for await (const chunk of await client.models.generateContentStream(request)) chunks.push(tell(chunk));
      return { chunks };
    },
    rejects: () => client.models.generateContent({ ...request, config: { ...config, imageConfig: { aspectRatio: "7:5" } } }),
    retires: () => client.models.generateContent({ ...request, model: "gemini-2.5-flash-image" }),
  };
};
