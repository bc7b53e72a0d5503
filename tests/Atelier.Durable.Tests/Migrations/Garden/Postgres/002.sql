insert into flowers values (2, 'tulip');
