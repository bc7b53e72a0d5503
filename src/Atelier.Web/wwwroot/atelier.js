// The one entry: each module below enhances what the server has drawn, and the pages work without any of them.
import './live-region.js';
import './queue-drawer.js';
import './commands.js';
import './prompt-bar.js';
import './picture-rows.js';
import './select-many.js';
import './flash-notice.js';
import './picture-page.js';
import './picture-wall.js';
import './picture-dialog.js';
import './copy-text.js';
import './passkeys.js';
import './push-switch.js';

// The server writes days and times as the reader's clock shows them; it learns the clock's zone here.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`))
  document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
