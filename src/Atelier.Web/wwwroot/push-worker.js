// Shows what is pushed; a click opens its page.
onpush = e => {
  const { title, text: body, path: data, tag } = e.data.json();
  e.waitUntil(registration.showNotification(title, { body, data, tag }));
};
onnotificationclick = e => {
  e.notification.close();
  e.waitUntil(clients.openWindow(e.notification.data));
};
